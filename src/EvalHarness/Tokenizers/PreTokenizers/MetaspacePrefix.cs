namespace Loragate.EvalHarness.Tokenizers.PreTokenizers;

/// <summary>Before which pieces a blank is put.</summary>
internal enum MetaspacePrefix
{
    /// <summary>Before each.</summary>
    Always,

    /// <summary>Before the one that begins the text.</summary>
    First,

    /// <summary>Before none.</summary>
    Never,
}
