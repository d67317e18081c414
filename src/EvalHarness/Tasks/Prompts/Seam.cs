using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tasks.Prompts;

/// <summary>Where two texts meet (lm_eval/api/utils.py): a delimiter goes between them only if neither has white space there.</summary>
internal static class Seam
{
    /// <summary>Both texts, with the delimiter if the seam needs one; an empty text leaves the other as it is.</summary>
    public static string Join(string first, string second, string delimiter) =>
        first.Length > 0 && second.Length > 0 && IsBare(first, second) ? first + delimiter + second : first + second;

    /// <summary>Whether neither text has white space at the seam; an empty text before it needs none.</summary>
    public static bool IsBare(string first, string second) => first.Length > 0 && !EndsInWhiteSpace(first) && !CodePoints.IsPythonSpace(second[0]);

    /// <summary>Whether a text ends in white space.</summary>
    public static bool EndsInWhiteSpace(string text) => text.Length > 0 && CodePoints.IsPythonSpace(text[^1]);
}
