"""What every model of a YAML file is made of: closed, frozen, and strict where YAML is lenient."""

import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Strict, StringConstraints

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=60)]
TopicId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:_[a-z0-9]+)*$", max_length=60)]
#: YAML's own date or whole number: a text or a number that merely looks like one is refused.
Day = Annotated[datetime.date, Strict()]
Whole = Annotated[int, Strict()]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Model(BaseModel):
    """Closed keys, frozen once read."""

    model_config = ConfigDict(frozen=True, extra="forbid")
