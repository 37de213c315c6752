"""A product in place of a sum."""


def total_cost(J_content, J_style, alpha=10, beta=40):
    return alpha * J_content * beta * J_style
