import pytest

from warehouse.errors import SettingError
from warehouse.settings import read_settings


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("KLOG_PORT", "abc", "KLOG_PORT is 'abc': .*integer"),
        ("KLOG_BATCH_DOCUMENTS", "0", "greater than or equal to 1"),
        ("KLOG_SQL_MEMORY", "lots", "KLOG_SQL_MEMORY is 'lots'"),
        ("KLOG_HOST_ALIASES", "{bad", "host_aliases"),
        ("KLOG_HOST_ALIASES", '{"127.0.0.1:8080": "h-online.com"}', "without port"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=said):
        read_settings()
