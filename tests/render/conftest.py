from datetime import UTC, datetime

import pytest


@pytest.fixture
def now() -> datetime:
    """A fixed moment."""
    return datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
