using Loragate.Artifacts;
using Loragate.Artifacts.Records;

namespace Loragate.Governance.Signing;

/// <summary>What <c>sign</c> did, for machines (docs/formats/results.v1.md).</summary>
/// <param name="Name">The folder's name, as the signature has it.</param>
/// <param name="Files">How many files it has.</param>
/// <param name="Signer">Who signed: a key by its hint, or a certificate's subject.</param>
/// <param name="Bundle">SHA-256 of the signature's file.</param>
public sealed record SignedFolder(string Name, int Files, string Signer, Digest Bundle) : Record
{
    /// <inheritdoc/>
    public override string Schema => "loragate.signed-folder/1";
}
