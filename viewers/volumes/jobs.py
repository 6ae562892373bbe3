"""The modules whose functions run in isolated workers on behalf of images and objects: what a pool must preload."""

from viewers.series.codecs.remote import WORKER_MODULE
from viewers.series.receive import JOB

JOBS = (JOB, WORKER_MODULE, "viewers.objects.object_job")
