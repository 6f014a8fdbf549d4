"""Ground floor: the frozen types that every other floor speaks in. No I/O, no parsers, standard library only."""
