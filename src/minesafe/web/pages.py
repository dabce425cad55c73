"""x."""
from pathlib import Path
from fastapi import FastAPI
def mount_pages(app: FastAPI, static: Path) -> None:
    """x."""
