namespace Loragate.MergeEngine.Devices;

/// <summary>A device that is not there, or memory that does not suffice: the caller asked for what this machine cannot give.</summary>
/// <param name="place">The device, or the tensor.</param>
/// <param name="fault">What is wrong.</param>
/// <param name="advice">What to do.</param>
public sealed class DeviceException(string place, string fault, string advice) : Exception($"{place}: {fault}. {advice}");
