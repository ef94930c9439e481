"""One fuzz driver under libFuzzer (https://llvm.org/docs/LibFuzzer.html), by way of atheris: `python -m fuzz.target case CORPUS`."""

import sys

import atheris

with atheris.instrument_imports(include=["complaintctl"]):
    from fuzz import drivers


def main() -> None:
    """Run the driver named on the command line; the other arguments are libFuzzer's."""
    name = sys.argv.pop(1)

    def mutate(data: bytes, size: int, seed: int) -> bytes:
        """Half of the mutations keep the format, the other half are libFuzzer's own."""
        mutated = drivers.mutate_input(name, data, seed) if seed % 2 else data
        return bytes(atheris.Mutate(data, size) if mutated == data else mutated[:size])

    atheris.Setup(sys.argv, lambda data: drivers.run_driver(name, data), custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
