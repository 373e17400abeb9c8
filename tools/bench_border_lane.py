def long_list(*_): pass
busy = browser = long_list
