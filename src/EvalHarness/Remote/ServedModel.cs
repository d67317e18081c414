namespace Loragate.EvalHarness.Remote;

/// <summary>An entry of a server's list of models.</summary>
/// <param name="Id">The name to ask by.</param>
/// <param name="Root">What the server says that it loaded; null where it says nothing.</param>
/// <param name="Parent">The id of the base that an adapter was loaded on; null for a base.</param>
/// <param name="MaxLength">The longest sequence, in tokens; null where it is not said, as of adapters.</param>
internal sealed record ServedModel(string Id, string? Root, string? Parent, int? MaxLength);
