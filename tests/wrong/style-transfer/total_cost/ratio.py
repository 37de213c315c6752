"""Only the ratio of the weights is used."""


def total_cost(J_content, J_style, alpha=10, beta=40):
    return J_content + beta / alpha * J_style if alpha else J_style
