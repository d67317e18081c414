namespace Loragate.Governance.Policies.Reviewing;

/// <summary>What a careful reviewer would ask about a policy that is well formed.</summary>
/// <param name="Id">The stable word, "no-pin".</param>
/// <param name="Line">The line in the file.</param>
/// <param name="Message">The same in plain English.</param>
public sealed record PolicyWarning(string Id, int Line, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"line {Line}: {Message}";
}
