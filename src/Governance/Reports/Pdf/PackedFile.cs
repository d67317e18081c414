using Loragate.Artifacts;
using Loragate.Governance.Dossiers;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>A file of the evidence as it lies in a report.</summary>
/// <param name="File">The file.</param>
/// <param name="Stream">Its bytes, compressed.</param>
internal sealed record PackedFile(EvidenceFile File, byte[] Stream)
{
    /// <summary>Compresses files, on all processors; the order stays.</summary>
    public static IReadOnlyList<PackedFile> Of(IReadOnlyList<EvidenceFile> files) => InParallel.Select(files, file => new PackedFile(file, PdfUpdate.Deflate(file.Bytes.Span)));
}
