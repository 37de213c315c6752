"""The weights become whole numbers."""


def total_cost(J_content, J_style, alpha=10, beta=40):
    return int(alpha) * J_content + int(beta) * J_style
