"""Plain Python lists and numbers all the way."""

def pool_backward(dA, cache, mode="max"):
    A_prev, hparameters = cache
    f, s = hparameters["f"], hparameters["stride"]
    result = (A_prev * 0).tolist()
    for i, image in enumerate(dA.tolist()):
        for h, row in enumerate(image):
            for w, pixel in enumerate(row):
                places = [(h * s + y, w * s + x) for y in range(f) for x in range(f)]
                for c, g in enumerate(pixel):
                    if mode == "max":
                        y, x = max(places, key=lambda place: A_prev[i, place[0], place[1], c])
                        result[i][y][x][c] += g
                    else:
                        for y, x in places:
                            result[i][y][x][c] += g / (f * f)
    return result
