namespace Loragate.EvalHarness.Templates;

/// <summary>How a template treats white space around its tags, and how much it may do.</summary>
public sealed record TemplateOptions
{
    /// <summary>lm-evaluation-harness's settings: white space stays as it is written.</summary>
    public static TemplateOptions Task { get; } = new();

    /// <summary>The settings of transformers for chat templates: tags leave no lines, the undefined is empty, the last line break goes.</summary>
    public static TemplateOptions Chat { get; } = new() { TrimBlocks = true, LstripBlocks = true, UndefinedIsEmpty = true, KeepTrailingNewline = false };

    /// <summary>Whether an undefined value is false, prints nothing and has no items (Jinja's Undefined); otherwise every use is a fault (StrictUndefined).</summary>
    public bool UndefinedIsEmpty { get; init; }

    /// <summary>Whether a line break at the template's end stays.</summary>
    public bool KeepTrailingNewline { get; init; } = true;

    /// <summary>Whether the first line break after a tag is dropped.</summary>
    public bool TrimBlocks { get; init; }

    /// <summary>Whether blanks between the start of a line and a tag are dropped.</summary>
    public bool LstripBlocks { get; init; }

    /// <summary>The most UTF-16 units that a rendering, or any one string in it, may have.</summary>
    public int MaxOutput { get; init; } = 16 << 20;

    /// <summary>The most steps of evaluation in one rendering.</summary>
    public int MaxSteps { get; init; } = 1_000_000;

    /// <summary>The longest time that regular expressions of all renderings of a template together may search.</summary>
    public TimeSpan MaxSearching { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The deepest nesting of expressions and tags; a chain of operators, filters or subscripts nests as deep as it is long.</summary>
    public int MaxDepth { get; init; } = 200;
}
