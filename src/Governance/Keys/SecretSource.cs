namespace Loragate.Governance.Keys;

/// <summary>Gets the secret that opens a key; the receiver wipes it.</summary>
/// <param name="what">What is asked for, in words for people: "passphrase of gate.pem".</param>
public delegate Secret SecretSource(string what);
