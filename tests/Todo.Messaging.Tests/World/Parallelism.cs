// Most tests wait most of the time: for brokers, for sidecars, for what must not happen.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
