namespace Loragate.Artifacts.Records;

/// <summary>
/// When and where a dossier was made. The only record with time, host and timings: the clock is read once, when the dossier is created.
/// </summary>
/// <param name="Created">Creation of the dossier, UTC, to the second.</param>
/// <param name="Tool">The version of loragate.</param>
/// <param name="Host">The machine's name.</param>
/// <param name="OperatingSystem">Its operating system.</param>
/// <param name="Processors">Logical processors.</param>
public sealed record Run(DateTimeOffset Created, string Tool, string Host, string OperatingSystem, int Processors) : Record
{
    /// <inheritdoc/>
    public override string Schema => "loragate.run/1";
}
