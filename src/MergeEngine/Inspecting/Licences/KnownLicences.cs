using System.Text;

namespace Loragate.MergeEngine.Inspecting.Licences;

/// <summary>
/// Licences by the identifiers of model cards (SPDX in lower case, and the Hub's own) with the terms that their texts state, and how the
/// head of a licence file tells which one it is.
/// </summary>
internal static class KnownLicences
{
    private const int HeadBytes = 8 << 10;

    private static readonly Dictionary<string, LicenceTerms> Terms = new(StringComparer.Ordinal)
    {
        ["apache-2.0"] = LicenceTerms.None, ["mit"] = LicenceTerms.None, ["bsd-2-clause"] = LicenceTerms.None, ["bsd-3-clause"] = LicenceTerms.None,
        ["bsd"] = LicenceTerms.None, ["bsl-1.0"] = LicenceTerms.None, ["isc"] = LicenceTerms.None, ["unlicense"] = LicenceTerms.None, ["zlib"] = LicenceTerms.None,
        ["cc0-1.0"] = LicenceTerms.None, ["cc-by-2.0"] = LicenceTerms.None, ["cc-by-2.5"] = LicenceTerms.None, ["cc-by-3.0"] = LicenceTerms.None, ["cc-by-4.0"] = LicenceTerms.None,
        ["odc-by"] = LicenceTerms.None, ["pddl"] = LicenceTerms.None, ["cdla-permissive-1.0"] = LicenceTerms.None, ["cdla-permissive-2.0"] = LicenceTerms.None,
        ["cc-by-sa-3.0"] = LicenceTerms.ShareAlike, ["cc-by-sa-4.0"] = LicenceTerms.ShareAlike, ["odbl"] = LicenceTerms.ShareAlike, ["cdla-sharing-1.0"] = LicenceTerms.ShareAlike,
        ["gpl"] = LicenceTerms.ShareAlike, ["gpl-2.0"] = LicenceTerms.ShareAlike, ["gpl-3.0"] = LicenceTerms.ShareAlike, ["agpl-3.0"] = LicenceTerms.ShareAlike,
        ["lgpl-3.0"] = LicenceTerms.ShareAlike, ["mpl-2.0"] = LicenceTerms.ShareAlike, ["eupl-1.1"] = LicenceTerms.ShareAlike, ["eupl-1.2"] = LicenceTerms.ShareAlike,
        ["cc-by-nc-2.0"] = LicenceTerms.NoCommercial, ["cc-by-nc-3.0"] = LicenceTerms.NoCommercial, ["cc-by-nc-4.0"] = LicenceTerms.NoCommercial,
        ["cc-by-nc-sa-2.0"] = LicenceTerms.NoCommercial | LicenceTerms.ShareAlike, ["cc-by-nc-sa-3.0"] = LicenceTerms.NoCommercial | LicenceTerms.ShareAlike,
        ["cc-by-nc-sa-4.0"] = LicenceTerms.NoCommercial | LicenceTerms.ShareAlike,
        ["cc-by-nd-4.0"] = LicenceTerms.NoDerivatives,
        ["cc-by-nc-nd-3.0"] = LicenceTerms.NoCommercial | LicenceTerms.NoDerivatives, ["cc-by-nc-nd-4.0"] = LicenceTerms.NoCommercial | LicenceTerms.NoDerivatives,
        ["fair-noncommercial-research-license"] = LicenceTerms.NoCommercial | LicenceTerms.Conditions, ["intel-research"] = LicenceTerms.NoCommercial,
        ["apple-amlr"] = LicenceTerms.NoCommercial | LicenceTerms.Conditions, ["deepfloyd-if-license"] = LicenceTerms.NoCommercial | LicenceTerms.Conditions,
        ["openrail"] = LicenceTerms.Conditions, ["openrail++"] = LicenceTerms.Conditions, ["creativeml-openrail-m"] = LicenceTerms.Conditions,
        ["bigscience-openrail-m"] = LicenceTerms.Conditions, ["bigscience-bloom-rail-1.0"] = LicenceTerms.Conditions, ["bigcode-openrail-m"] = LicenceTerms.Conditions,
        ["llama2"] = LicenceTerms.Conditions, ["llama3"] = LicenceTerms.Conditions, ["llama3.1"] = LicenceTerms.Conditions, ["llama3.2"] = LicenceTerms.Conditions,
        ["llama3.3"] = LicenceTerms.Conditions, ["llama4"] = LicenceTerms.Conditions, ["gemma"] = LicenceTerms.Conditions,
    };

    /// <summary>Words at the head of a licence's text, the more special before the more general.</summary>
    private static readonly (string Words, string Id)[] Heads =
    [
        ("Apache License", "apache-2.0"),
        ("GNU AFFERO GENERAL PUBLIC LICENSE", "agpl-3.0"),
        ("GNU LESSER GENERAL PUBLIC LICENSE", "lgpl-3.0"),
        ("GNU GENERAL PUBLIC LICENSE", "gpl"),
        ("Mozilla Public License", "mpl-2.0"),
        ("Attribution-NonCommercial-NoDerivatives", "cc-by-nc-nd"),
        ("Attribution-NonCommercial-ShareAlike", "cc-by-nc-sa"),
        ("Attribution-NonCommercial", "cc-by-nc"),
        ("Attribution-NoDerivatives", "cc-by-nd"),
        ("Attribution-ShareAlike", "cc-by-sa"),
        ("CC0 1.0 Universal", "cc0-1.0"),
        ("Attribution 4.0 International", "cc-by-4.0"),
        ("LLAMA 2 COMMUNITY LICENSE", "llama2"),
        ("META LLAMA 3 COMMUNITY LICENSE", "llama3"),
        ("LLAMA 3", "llama3"),
        ("LLAMA 4", "llama4"),
        ("Gemma Terms of Use", "gemma"),
        ("MIT License", "mit"),
        ("Permission is hereby granted, free of charge", "mit"),
    ];

    /// <summary>The terms of an identifier, null where it is not known.</summary>
    public static LicenceTerms? TermsOf(string id) => Terms.TryGetValue(id, out var terms) ? terms : null;

    /// <summary>The identifier, or the beginning of it, of the licence whose text a file begins with; null where it is not known.</summary>
    public static string? Recognise(string path)
    {
        using var stream = File.OpenRead(path);
        var bytes = new byte[Math.Min(HeadBytes, stream.Length)];
        var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var text = string.Join(' ', Encoding.UTF8.GetString(bytes, 0, count).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return Heads.FirstOrDefault(h => text.Contains(h.Words, StringComparison.OrdinalIgnoreCase)).Id;
    }
}
