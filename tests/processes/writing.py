"""Tests in which people write while something befalls the cluster: how many were acknowledged, and was all kept?"""
import contextlib
import unittest

from cluster import cluster


def acknowledged(running):
    return sum(process["counters"].get("acknowledged", 0)
               for name, process in running.status().items() if name.startswith("access"))


class Writing(unittest.TestCase):
    program, up_words = None, ()

    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.cluster = stack.enter_context(cluster(self.program, *self.up_words))
        self.cluster.until_running()

    def write_on(self, texts, seconds=90):
        """People are acknowledged so many texts more."""
        wanted = acknowledged(self.cluster) + texts
        self.cluster.until(lambda: acknowledged(self.cluster) >= wanted, seconds=seconds)

    def all_was_kept(self, people):
        """What was acknowledged was shown, once and in order, and nobody was refused."""
        people.kill()
        finished = people.finish(120)
        code, verdict = people.judge(None)
        self.assertTrue(finished["all_shown"], finished)
        self.assertEqual(code, 0, verdict)
        self.assertEqual(verdict["refused"], 0, verdict)
