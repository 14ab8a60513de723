"""A vault that is not whole: where it is broken, what stays closed, the ways on."""
