"""One fuzz driver under libFuzzer (https://llvm.org/docs/LibFuzzer.html), by way of atheris: `python -m fuzz.target case CORPUS`."""

import sys

import atheris

with atheris.instrument_imports(include=["complaintctl"]):
    from fuzz import drivers

# One of so many mutations is libFuzzer's own.
OWN_SHARE = 8


def main() -> None:
    """Run the driver named on the command line; the other arguments are libFuzzer's."""
    name = sys.argv.pop(1)

    def mutate(data: bytes, size: int, seed: int) -> bytes:
        """Most mutations keep the format, so that they reach what is behind the reader; the others are libFuzzer's own."""
        mutated = drivers.mutate_input(name, data, seed) if seed % OWN_SHARE else data
        return bytes(atheris.Mutate(data, size) if mutated == data else mutated[:size])

    atheris.Setup(sys.argv, lambda data: drivers.run_driver(name, data), custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
