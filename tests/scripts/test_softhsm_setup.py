"""Where SoftHSM can neither be found nor fetched, the set-up goes on, and says what to install."""

from tools import softhsm_setup


def test_what_cannot_be_fetched_is_said_in_a_sentence(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(softhsm_setup, "FOLDER", tmp_path)
    monkeypatch.setattr(softhsm_setup, "find", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    softhsm_setup.main()
    said = capsys.readouterr()
    assert "apt-get install softhsm2" in said.err and not said.out


def test_what_the_set_up_left_is_found():
    module, util = softhsm_setup.find()
    assert module.name == "libsofthsm2.so" and util.name == "softhsm2-util"
