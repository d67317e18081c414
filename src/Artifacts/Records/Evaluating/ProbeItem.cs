namespace Loragate.Artifacts.Records.Evaluating;

/// <summary>A token sequence whose likelihood base and adapter disagree on.</summary>
/// <param name="Tokens">Token ids; the first is only context.</param>
/// <param name="Base">ln p of the tokens behind the first by the base, in nats.</param>
/// <param name="Adapter">The same with the adapter live.</param>
/// <param name="Without">The same with all of the adapter but one part live, by the part ("model.layers.*.mlp"); empty where it has one part only.</param>
public sealed record ProbeItem(IReadOnlyList<int> Tokens, double Base, double Adapter, IReadOnlyDictionary<string, double> Without);
