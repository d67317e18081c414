namespace Loragate.Artifacts.Records.Merging;

/// <summary>How fast a machine is taken to be.</summary>
/// <param name="StartSeconds">Until the program works.</param>
/// <param name="DiskBytes">Bytes a second that are read or written, by all threads together.</param>
/// <param name="HashedBytes">Bytes a second that one thread hashes.</param>
/// <param name="MultiplyAdds">Multiply-adds a second of one thread.</param>
public sealed record ForecastSpeed(double StartSeconds, double DiskBytes, double HashedBytes, double MultiplyAdds);
