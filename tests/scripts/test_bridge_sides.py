"""deploy, connect and verify, of both ends of a bridge."""

from scripts import deploy, verify


def test_both_ends_are_deployed_and_agree(unconnected, carry_out, capsys):
    assert carry_out(verify, unconnected.near) == 0
    told = capsys.readouterr().out
    print(told)
    assert "not listed yet: nothing can be locked" in told
    assert carry_out(verify, unconnected.far) == 0
    print(capsys.readouterr().out)
    assert carry_out(deploy, unconnected.near) == 0
    print(capsys.readouterr().out)
    unconnected.list()
    assert carry_out(verify, unconnected.near) == 0
