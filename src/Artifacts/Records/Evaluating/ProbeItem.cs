namespace Loragate.Artifacts.Records.Evaluating;

/// <summary>A token sequence whose likelihood base and adapter disagree on.</summary>
/// <param name="Tokens">Token ids; the first is only context.</param>
/// <param name="Base">ln p of the tokens behind the first by the base, in nats.</param>
/// <param name="Adapter">The same with the adapter live.</param>
public sealed record ProbeItem(IReadOnlyList<int> Tokens, double Base, double Adapter);
