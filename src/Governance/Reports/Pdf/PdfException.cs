using Loragate.Artifacts;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>A file that is no PDF, or not one of the form in which reports are written.</summary>
/// <param name="place">The file.</param>
/// <param name="offset">The byte at which reading stopped.</param>
/// <param name="fault">What is wrong.</param>
/// <param name="inner">What a decoder said.</param>
public sealed class PdfException(string place, long offset, string fault, Exception? inner = null)
    : MalformedInputException(place, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"byte {offset}: {fault}"), "Give a report as loragate wrote it; a file that another program saved again is not one.", inner);
