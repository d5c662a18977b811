"""An emulated AWS: moto's server, and in front of it what moto lacks.

moto answers VPC, IAM, SQS, EventBridge, KMS and logs well. What a GPU cluster needs beyond that is answered
here, with state: instances with their network cards, fleets that pick by price and run out of capacity,
placement groups, capacity reservations, EKS as a whole, public parameters, prices. `application.py` decides
who answers a call, `registry.py` is the list of calls answered here, `world.py` holds the state. A process
serves one account in one region and keeps everything in memory: ending it ends that world.
"""
