"""deploy and verify, of the tokens and the Settlement that params.json asks for: powers over them, and limits."""

from scripts import deploy, verify


def test_what_params_ask_for_is_deployed_at_the_addresses_that_the_plan_says(unappointed, carry_out, capsys):
    assert carry_out(verify, unappointed) == 0
    print(capsys.readouterr().out)
    assert carry_out(deploy, unappointed) == 0
    print(capsys.readouterr().out)


def test_agrees(issuer, carry_out, capsys):
    assert carry_out(verify, issuer) == 0
    print(capsys.readouterr().out)
