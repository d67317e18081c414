using System.CommandLine;
using System.Runtime.CompilerServices;
using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Devices.Torch;

namespace Loragate.Cli.Verbs;

/// <summary>Where a verb of merging computes. The processor is the default: it keeps up with the disk, and nothing native is loaded.</summary>
internal sealed class MergeDeviceOption
{
    private const long DefaultMemory = 1L << 30;

    private readonly Option<string> _device = new("--device")
    {
        Description = "Where to compute: cpu, auto (cuda where this build and machine have it, else cpu), cuda, cuda:N or torch-cpu. The bytes are the same everywhere.",
        DefaultValueFactory = _ => "cpu",
    };

    private readonly Option<long> _memory = new("--device-memory")
    {
        Description = "Bytes that tensors may take on a device other than cpu.",
        HelpName = "BYTES",
        DefaultValueFactory = _ => DefaultMemory,
    };

    /// <summary>Both options.</summary>
    public IEnumerable<Option> Options => [_device, _memory];

    /// <summary>Opens the device that was asked for.</summary>
    /// <exception cref="UsageException">The memory is not positive.</exception>
    /// <exception cref="DeviceException">This build or machine has no such device.</exception>
    public MergeDevice Open(ParseResult parsed)
    {
        var (name, memory) = (parsed.GetValue(_device)!, parsed.GetValue(_memory));
        if (memory <= 0)
            throw new UsageException("--device-memory is a positive number of bytes.");
        return name == "cpu" ? MergeDevice.Cpu : OpenTorch(name, memory);
    }

    /// <summary>A method of its own: whoever computes on the processor never comes to a line that loads Torch.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static MergeDevice OpenTorch(string name, long memory) =>
        name != "auto" ? TorchDevice.Open(name, memory, Tool.Threads)
        : TorchSharp.torch.cuda.is_available() ? TorchDevice.Open("cuda", memory, Tool.Threads)
        : MergeDevice.Cpu;
}
