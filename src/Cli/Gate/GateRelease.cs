using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Ledger;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Gate;

/// <summary>
/// The release folder while it is built, beside its place: the adapter, then signatures and report, then the ledger's proof, then the seal.
/// An earlier run's proof and seal are kept where they still say the same, so that a repeated gate logs and signs nothing twice.
/// </summary>
internal sealed class GateRelease : IDisposable
{
    private readonly Dossier _dossier;
    private readonly Decision _decision;
    private readonly OutputFolder _output;
    private readonly (byte[]? Proof, byte[]? Seal) _earlier;

    private GateRelease(Dossier dossier, Decision decision, OutputFolder output, (byte[]? Proof, byte[]? Seal) earlier) =>
        (_dossier, _decision, _output, _earlier) = (dossier, decision, output, earlier);

    /// <summary>The copy of the adapter in the release.</summary>
    public string Adapter => Path.Combine(_output.Path, ReleaseLayout.Adapter);

    /// <summary>Takes away a release that an earlier decision left.</summary>
    /// <param name="folder">The dossier.</param>
    public static void Remove(string folder)
    {
        var release = Path.Combine(folder, DossierProofs.ReleaseFolder);
        if (Directory.Exists(release))
            Directory.Delete(release, recursive: true);
    }

    /// <summary>Copies the adapter in, in place of an earlier release, and proves that the copy is what was judged: only the copy is signed.</summary>
    /// <exception cref="IntegrityException">The adapter was changed while the gate ran.</exception>
    public static GateRelease Stage(Dossier dossier, Decision decision, StagedAdapter adapter, CancellationToken cancellationToken)
    {
        var earlier = (Earlier(dossier, ReleaseLayout.Proof), Earlier(dossier, ReleaseLayout.Seal));
        Remove(dossier.Folder);
        var release = new GateRelease(dossier, decision, OutputFolder.Create(dossier.PathTo(DossierProofs.ReleaseFolder)), earlier);
        try
        {
            foreach (var file in decision.Adapter.Files)
                release._output.CopyIn(Path.Combine(adapter.Folder, file.Path), $"{ReleaseLayout.Adapter}/{file.Path}");
            adapter.Require(release.Adapter, cancellationToken);
            return release;
        }
        catch
        {
            release.Dispose();
            throw;
        }
    }

    /// <summary>Adds signatures, what people signed and counted, and the report, logs the release, seals it with the log's proof, and publishes it under its name.</summary>
    public void Finish(Signer signer, GateLog? log, Endorsements? endorsements, CancellationToken cancellationToken)
    {
        _output.CopyIn(_dossier.PathTo(ReleaseLayout.ModelSignature), ReleaseLayout.ModelSignature);
        _output.CopyIn(_dossier.PathTo(DossierProofs.VerdictFile), ReleaseLayout.Verdict);
        foreach (var statement in new[] { DossierProofs.MergeFile, DossierProofs.EvaluationFile }.Where(file => File.Exists(_dossier.PathTo(file))))
            _output.CopyIn(_dossier.PathTo(statement), ReleaseLayout.Attestations + statement);
        _output.CopyIn(_dossier.PathTo(DossierProofs.ReportFile), ReleaseLayout.Report);
        _output.CopyIn(_dossier.PathTo(DossierProofs.BillOfMaterials), ReleaseLayout.Bom);
        foreach (var bundle in (endorsements?.All ?? []).Where(bundle => _decision.Evidence.Any(link => link.Path == bundle.File)))
            _output.Write(ReleaseLayout.PlaceOf(bundle.File), bundle.Bytes.Span);
        if (log is not null)
            Log(log, cancellationToken);
        ReleaseSeal.Sign(_output.Path, _decision.ComputeDigest(), signer, _earlier.Seal, cancellationToken);
        _output.Commit();
    }

    public void Dispose() => _output.Dispose();

    private void Log(GateLog log, CancellationToken cancellationToken)
    {
        var manifest = ReleaseLayout.ManifestDigest(FolderManifest.Read(_output.Path, cancellationToken).Files);
        if (_earlier.Proof is not null)
            _output.Write(ReleaseLayout.Proof, _earlier.Proof);
        log.LogRelease([new(_decision.Adapter.Name, _decision.Adapter.Digest), new LedgerSubject(ReleaseLayout.EntrySubject, manifest)], Path.Combine(_output.Path, ReleaseLayout.Proof), cancellationToken);
    }

    private static byte[]? Earlier(Dossier dossier, string file)
    {
        var path = dossier.PathTo($"{DossierProofs.ReleaseFolder}/{file}");
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }
}
