"""``make contract-files``: writes every written file anew, and names those that have changed."""

from local import documents
from local.contract_files import written


def main() -> None:
    for path, text in written().items():
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            print(f"written: {path.relative_to(documents.ROOT)}")


if __name__ == "__main__":
    main()
