using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;

namespace Loragate.MergeEngine.Inspecting.Licences;

/// <summary>
/// Which licences are recorded for the adapter, its base and its data sets, and what they say to each other. Records are compared, not texts:
/// this is no legal advice and finds only what is written down.
/// </summary>
internal sealed class LicenceRules
{
    private const string Adapter = "adapter";
    private const string Base = "base";
    private const string Dataset = "dataset";

    private readonly List<Licence> _licences = [];
    private readonly List<Finding> _findings = [];

    /// <summary>The licences that are recorded, and gaps.</summary>
    public IReadOnlyList<Licence> Licences => _licences;

    /// <summary>What is missing or does not go together.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Reads the cards and licence files of the folders.</summary>
    /// <param name="adapterFolder">The adapter's folder.</param>
    /// <param name="adapterCard">Its card.</param>
    /// <param name="baseFolder">The base's folder, or null.</param>
    /// <param name="datasets">Licences of data sets by name, as the caller knows them.</param>
    public static LicenceRules Check(string adapterFolder, ModelCardMetadata adapterCard, string? baseFolder, IReadOnlyDictionary<string, string> datasets)
    {
        var rules = new LicenceRules();
        var adapter = rules.Record(Adapter, adapterFolder, adapterCard);
        var model = baseFolder is null ? null : rules.Record(Base, baseFolder, ModelCardMetadata.Read(baseFolder));
        rules.RecordDatasets(adapterCard, datasets);
        rules.CheckTerms();
        rules.CheckTogether(adapter, model);
        return rules;
    }

    private Licence Record(string subject, string folder, ModelCardMetadata card)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        var file = Directory.EnumerateFiles(folder).Where(f => IsLicenceFile(Path.GetFileName(f)) && new FileInfo(f).LinkTarget is null).Order(StringComparer.Ordinal).FirstOrDefault();
        var inFile = file is null ? null : KnownLicences.Recognise(file);
        if (card.Licence is { } stated && inFile is not null && !stated.StartsWith(inFile, StringComparison.Ordinal))
            Warn("licence-contradiction", Path.GetFileName(file!), $"{subject}: the model card says '{stated}', the licence file reads like '{inFile}'", "Make card and licence file say the same.");
        var licence = card.Licence is { } id ? new Licence(subject, name, id, ModelCardMetadata.FileName) : new Licence(subject, name, inFile, inFile is null ? "" : Path.GetFileName(file!));
        if (licence.Id is null && subject == Adapter)
            Warn("licence-missing", ModelCardMetadata.FileName, "no licence is recorded for the adapter", "State 'license' in the model card's front matter.");
        else if (licence.Id is null)
            Info("base-licence-missing", name, "no licence is recorded in the base's folder", "Keep the base's model card and licence beside its weights.");
        _licences.Add(licence);
        return licence;
    }

    private static bool IsLicenceFile(string name) =>
        name.StartsWith("LICENSE", StringComparison.OrdinalIgnoreCase) || name.StartsWith("LICENCE", StringComparison.OrdinalIgnoreCase) || name.StartsWith("COPYING", StringComparison.OrdinalIgnoreCase);

    private void RecordDatasets(ModelCardMetadata card, IReadOnlyDictionary<string, string> known)
    {
        var names = card.Datasets.Concat(known.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (names.Count == 0)
            Info("datasets-missing", ModelCardMetadata.FileName, "the data sets that the adapter was trained on are not recorded", "State 'datasets' in the model card's front matter.");
        foreach (var name in names)
        {
            var id = known.GetValueOrDefault(name)?.ToLowerInvariant();
            _licences.Add(new Licence(Dataset, name, id, id is null ? "" : "option"));
            if (id is null)
                Info("dataset-licence-missing", name, "the licence of this data set is not recorded", "Look it up and give it with the inspection.");
            else if (!card.Datasets.Contains(name))
                Info("dataset-unnamed", name, "the model card does not name this data set", "State it under 'datasets' in the front matter.");
        }
    }

    private void CheckTerms()
    {
        foreach (var licence in _licences.Where(l => l.Id is not null))
        {
            var where = $"{licence.Subject} {licence.Name}";
            var what = $"the licence '{licence.Id}'";
            switch (KnownLicences.TermsOf(licence.Id!) ?? Family(licence.Id!))
            {
                case null:
                    Info("licence-unknown", where, $"{what} is none that is known here", "Read it.");
                    break;
                case { } terms:
                    if (terms.HasFlag(LicenceTerms.NoCommercial))
                        Warn("licence-no-commercial", where, $"{what} forbids commercial use", "Do not release it for commercial use.");
                    if (terms.HasFlag(LicenceTerms.NoDerivatives))
                        Warn("licence-no-derivatives", where, $"{what} forbids derivatives, which an adapter or merged model may be", "Ask the owner before the release.");
                    if (terms.HasFlag(LicenceTerms.Conditions))
                        Info("licence-conditions", where, $"{what} has conditions of use that pass on to whoever gets the model", "Pass them on.");
                    break;
            }
        }
    }

    /// <summary>The adapter's licence against those of what it was made from.</summary>
    private void CheckTogether(Licence adapter, Licence? model)
    {
        if (adapter.Id is not { } id || (KnownLicences.TermsOf(id) ?? Family(id)) is not { } own)
            return;
        foreach (var source in _licences.Where(l => l.Subject != Adapter && l.Id is not null))
        {
            var lost = ((KnownLicences.TermsOf(source.Id!) ?? Family(source.Id!)) ?? LicenceTerms.None) & ~own & (LicenceTerms.NoCommercial | LicenceTerms.ShareAlike | LicenceTerms.Conditions);
            if (lost != LicenceTerms.None && (source == model || lost.HasFlag(LicenceTerms.NoCommercial)))
                Warn("licence-incompatible", $"{source.Subject} {source.Name}", $"the adapter is offered under '{id}', which drops what '{source.Id}' asks", "Offer the adapter under terms that keep those of its sources.");
        }
    }

    /// <summary>The terms of a Creative Commons licence whose version is not told.</summary>
    private static LicenceTerms? Family(string id) => id switch
    {
        "cc-by-nc" => LicenceTerms.NoCommercial,
        "cc-by-nd" => LicenceTerms.NoDerivatives,
        "cc-by-sa" => LicenceTerms.ShareAlike,
        "cc-by-nc-sa" => LicenceTerms.NoCommercial | LicenceTerms.ShareAlike,
        "cc-by-nc-nd" => LicenceTerms.NoCommercial | LicenceTerms.NoDerivatives,
        _ => null,
    };

    private void Warn(string id, string where, string message, string advice) => _findings.Add(new Finding(id, Severity.Warn, where, message, advice));

    private void Info(string id, string where, string message, string advice) => _findings.Add(new Finding(id, Severity.Info, where, message, advice));
}
