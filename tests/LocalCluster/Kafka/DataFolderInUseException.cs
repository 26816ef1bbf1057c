namespace LocalCluster.Kafka;

/// <summary>Another broker works on the data folder.</summary>
public sealed class DataFolderInUseException(string folder, Exception inner)
    : Exception($"The data folder {folder} is in use by another broker.", inner);
