"""What every model of the wire is."""

from pydantic import BaseModel, ConfigDict


class Wire(BaseModel):
    """Frozen, and refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Wire):
    """A name in both languages."""

    zh: str
    en: str
