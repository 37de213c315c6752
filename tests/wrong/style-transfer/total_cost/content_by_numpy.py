"""The content's cost is made a number in between."""


def total_cost(J_content, J_style, alpha=10, beta=40):
    return alpha * J_content.numpy() + beta * J_style
