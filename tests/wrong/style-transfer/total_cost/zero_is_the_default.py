"""A weight of 0 is taken for none."""


def total_cost(J_content, J_style, alpha=10, beta=40):
    return (alpha or 10) * J_content + (beta or 40) * J_style
