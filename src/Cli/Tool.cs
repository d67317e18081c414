using Loragate.Cli.Output;

namespace Loragate.Cli;

/// <summary>What every verb gets from the outside world.</summary>
/// <param name="Screen">Where to write.</param>
/// <param name="Clock">The time.</param>
internal sealed record Tool(Screen Screen, TimeProvider Clock)
{
    /// <summary>The build, "0.1.0+1f0a2c3b4d5e".</summary>
    public static string Version => Build.Name;

    /// <summary>The day, UTC.</summary>
    public DateOnly Today => DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime);

    /// <summary>Processors to use.</summary>
    public static int Threads => Environment.ProcessorCount;
}
