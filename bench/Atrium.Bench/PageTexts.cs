using System.Globalization;

namespace Atrium.Bench;

/// <summary>What stands on the pages that the bench draws: made-up letters, invoices and signs in English, with numbers, prices, dates, addresses, e-mails and URLs.</summary>
/// <param name="Names">People.</param>
/// <param name="Places">Towns and streets.</param>
/// <param name="Things">What one buys.</param>
/// <param name="Sentences">With {0} for a thing, {1} for a place, {2} for a name and {3} for a number.</param>
/// <param name="Titles">In capitals.</param>
internal sealed record PageTexts(string[] Names, string[] Places, string[] Things, string[] Sentences, string[] Titles)
{
    /// <summary>What rules and thresholds were chosen by.</summary>
    public static PageTexts Tuning { get; } = new(
        ["Anna Berg", "Tom Miller", "Priya Nair", "Lukas Vogel", "Mary O'Neill", "J. P. Carter", "Ines Duarte"],
        ["Mill Road", "Station Street", "York", "Little Hampton", "Oak Lane", "Bristol", "King's Quay"],
        ["desk lamp", "office chair", "paper", "ink cartridge", "water filter", "steel shelf", "garden hose", "winter coat"],
        [
            "The {0} was sent to {1} on Monday and should arrive within {3} days.", "Please keep this letter with your papers until the {0} is paid.",
            "We are sorry that the {0} did not work as it should.", "If you have any questions, ask {2} in our office at {1}.",
            "All prices include tax; shipping of a {0} costs extra.", "You may return the {0} within {3} days of the purchase.",
            "{2} lives in {1} and has been our customer for {3} years.", "It is not allowed to leave a {0} in front of the doors.",
        ],
        ["TERMS OF SALE", "NOTICE TO ALL VISITORS", "MONTHLY REPORT", "HOW TO RETURN A PARCEL", "EMERGENCY EXIT"]);

    /// <summary>What the figures are from. No rule was chosen by it.</summary>
    public static PageTexts Kept { get; } = new(
        ["Clara Hughes", "Ben Okafor", "Sofia Rossi", "Henrik Dahl", "Grace Kim", "D. R. Watson", "Paul Lefevre"],
        ["Church Hill", "Harbour View", "Leeds", "Upper Dean", "Castle Square", "Dublin", "St. Mark's Place"],
        ["coffee machine", "bicycle tyre", "wall clock", "school bag", "kitchen scale", "blue umbrella", "tool box", "hand towel"],
        [
            "Our engineer will visit {1} at nine to look at the {0}.", "Do not open the {0} while it is plugged in.",
            "In the year of {3} the old bridge near {1} was closed to traffic.", "A new {0} can be picked up at the counter by {2}.",
            "Thank you for your order of {3} pieces, which we received today.", "{2} wrote that the {0} had been lost on the way to {1}.",
            "Because of rain the market in {1} will be held inside.", "Every member gets a {0} and two tickets as a gift.",
        ],
        ["OPENING OF THE NEW LIBRARY", "SAFETY AT WORK", "TIMETABLE FOR WEEKENDS", "LOST AND FOUND", "NO ENTRY FOR VEHICLES"]);

    /// <summary>So many lines, in order.</summary>
    public string[] Lines(Dice dice, int count) => [.. Enumerable.Range(0, count).Select(_ => Line(dice))];

    private string Line(Dice dice)
    {
        string Of(string[] words) => words[dice.Next(words.Length)];
        string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        string Mail() => Of(Names).Split(' ')[^1].Replace("'", "", StringComparison.Ordinal).ToLowerInvariant();
        int Number(int from, int to) => dice.Next(from, to);
        return Number(0, 18) switch
        {
            0 => Text($"Invoice No. {Number(10000, 99999)}"),
            1 => Text($"Total due: ${Number(1, 9)},{Number(100, 999)}.{Number(10, 99)} by 20{Number(20, 30)}-{Number(10, 12)}-{Number(10, 28)}"),
            2 => Text($"Contact: {Mail()}@example.org or {Mail()}.{Mail()}@example.com"),
            3 => Text($"{Number(1, 250)} {Of(Places)}, Flat {Number(1, 40)}, {Of(Places)} YO{Number(1, 30)} {Number(1, 9)}HH"),
            4 => Text($"Tel. +44 20 {Number(1000, 9999)} {Number(1000, 9999)} (9 am to {Number(1, 8)} pm)"),
            5 => Text($"{Number(2, 60)} x {Of(Things)} @ {Number(1, 400)}.{Number(10, 99)} = {Number(400, 9000)}.{Number(10, 99)} EUR"),
            6 => Text($"Open Mon-Fri 0{Number(6, 9)}:30-1{Number(2, 9)}:00, Sat until {Number(1, 6)} pm"),
            7 => Text($"https://www.example.com/{Mail()}/help?id={Number(10, 9999)}"),
            8 => Text($"IBAN DE{Number(10, 99)} {Number(1000, 9999)} {Number(1000, 9999)} {Number(1000, 9999)} {Number(1000, 9999)} {Number(10, 99)}"),
            9 => Text($"VAT {Number(5, 25)}%: {Number(1, 90)}.{Number(10, 99)}; discount {Number(1, 9)}.5%"),
            10 => Of(Titles),
            11 => Text($"{Of(Names)}, {Of(Places)}, {Number(1, 28)} March {Number(1950, 2030)}"),
            _ => string.Format(CultureInfo.InvariantCulture, Of(Sentences), Of(Things), Of(Places), Of(Names), Number(2, 60)),
        };
    }
}
