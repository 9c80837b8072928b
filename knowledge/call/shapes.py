"""What every model of a YAML file is made of: closed, frozen, and strict where YAML is lenient."""

import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=60)]
TopicId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:_[a-z0-9]+)*$", max_length=60)]
#: YAML's own date or whole number: a text or a number that merely looks like one is refused.
#: Far-off years are slips of the hand, and no one can count the days around them.
Day = Annotated[datetime.date, Strict(), Field(ge=datetime.date(1900, 1, 1), le=datetime.date(2200, 12, 31))]
Whole = Annotated[int, Strict()]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Model(BaseModel):
    """Closed keys, frozen once read."""

    # Built when first used: most commands use few of them, and what is part of another is then built once, with it.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
