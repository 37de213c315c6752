"""A plain number comes back."""


def total_cost(J_content, J_style, alpha=10, beta=40):
    return alpha * float(J_content) + beta * float(J_style)
