"""The measurement of the sender runs, and shows it well ahead of web3.py even where the machine has other work."""

from scripts import measure_sender


def test_the_sender_has_far_more_transactions_mined_a_second_than_web3_py(capsys):
    measure_sender.main(["--transactions", "400", "--rounds", "1"])
    ratio = float(capsys.readouterr().out.split("ratio by round: ")[1].split(";")[0])
    assert ratio >= measure_sender.TARGET / 2
