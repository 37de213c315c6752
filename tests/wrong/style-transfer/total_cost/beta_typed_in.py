"""beta is not used."""


def total_cost(J_content, J_style, alpha=10, beta=40):
    return alpha * J_content + 40 * J_style
