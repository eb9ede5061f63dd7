//! What the numbers of a working are 计算项目: ids in the trace, words in both languages.

use customhouse_kernel::text::Text;
use serde::{Deserialize, Serialize};

macro_rules! names {
    ($($name:ident $zh:literal $en:literal;)*) => {
        /// What a number stands for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Name { $($name,)* }

        impl Name {
            pub const ALL: &[Name] = &[$(Name::$name,)*];

            /// The name in words.
            pub fn text(self) -> Text {
                match self { $(Name::$name => Text::fixed($zh, $en),)* }
            }
        }
    };
}

names! {
    One "1" "1";
    Value "计税价格" "customs value";
    OriginalValue "原计税价格" "original customs value";
    TaxedValue "应税价值" "value that is taxed";
    FreeValue "免税价值" "value that is free";
    Rate "税率" "rate";
    Amount "税额" "amount";
    FullAmount "全额税款" "full amount";
    Collected "应征税额" "amount collected";
    Threshold "起征点" "amount up to which nothing is collected";
    Total "合计" "total";
    NetTonnage "净吨位" "net tonnage";
    EnginePower "发动机功率（千瓦）" "engine power (kW)";
    TonnesPerKilowatt "每千瓦折合净吨位" "net tonnage for one kW";
    VesselShare "船舶种类征收比例" "share for the kind of vessel";
    Months "月数" "months";
    MonthsDivisor "分摊月数" "months that the full amount is spread over";
    MonthsUsed "已使用月数" "months used";
    PeriodMonths "监管年限月数" "months of the supervision period";
    PeriodYears "监管年限" "years of the supervision period";
    Days "天数" "days";
    DaysOfPeriod "监管年限天数" "days of the supervision period";
    YearDays "全年天数" "days that a year counts";
    ShareLeft "未使用月数" "months not used";
    AnnualRate "年利率" "yearly rate of interest";
    Interest "利息" "interest";
    Minimum "起征金额" "least amount that is due";
    Repair "境外修理费" "cost of the repair abroad";
    Processing "境外加工费" "cost of processing abroad";
    Material "境外料件费" "cost of materials abroad";
    FreightBack "复运进境运费" "freight of the return";
    InsuranceBack "复运进境保险费" "insurance of the return";
    Price "货价" "price";
    Freight "运费" "freight";
    Insurance "保险费" "insurance";
    SingleLimit "单次限值" "limit for one purchase";
    YearLeft "年度限额余额" "what is left of the year";
    DayLeft "当日额度余额" "what is left of the day";
    ShareDue "征收比例" "share that is due";
    DutyAmount "关税税额" "duty";
    FixedPart "从量税额" "amount by quantity";
    RateInPrice "价内税率" "rate that the price contains";
    RestOfPrice "1 − 价内税率" "1 − the rate that the price contains";
    CompositePart "从价消费税" "tax by value in the price";
    Quantity "数量" "quantity";
    FreeQuantity "免税数量" "quantity that is free";
    QuantityLimit "免税数量限额" "limit of the free quantity";
    ShareOfLimit "剩余额度比例" "share of the limit that is left";
    UnitValue "单位完税价格" "listed value of a unit";
    Allowance "免税额度" "duty-free allowance";
    ShopAllowance "进境免税店额度" "allowance for the arrival shop";
    AllowanceLeft "剩余免税额度" "allowance that is left";
    PostalLimit "邮递物品限值" "limit for a parcel";
    DailyAllowance "每日免税额度" "daily allowance";
    Deposit "已缴保证金" "deposit paid";
    FinalRate "终裁税率" "rate finally fixed";
    FinalAmount "终裁税额" "duty finally fixed";
    ToDuty "转为税款" "turned into duty";
    Refundable "应退金额" "to be refunded";
    Shortfall "差额" "shortfall";
    Granted "准予排除数量" "quantity granted";
    Excluded "排除数量" "quantity excluded";
    ExcludedValue "排除价值" "value excluded";
    ApplicableAmount "适用税率税额" "amount at the applicable rate";
    MeasureAmount "措施税额" "amount of the measure";
    HighestMeasure "最高措施税额" "highest amount under the measures";
    WithMeasure "适用税率税额与最高措施税额之和" "applicable rate and highest measure together";
    GeneralAmount "普通税率税额" "amount at the general rate";
    WeekdayTaken "第几个星期三" "which of the month";
    Additions "计入项目" "what is added to the price";
    Deductions "不计入项目" "what is left out of the price";
    AcceptedUnitValue "已接受的单位价格" "accepted value of a unit";
    Adjustment "调整额" "adjustment";
    UnitTaken "所采用的单位价格" "value of a unit that is taken";
    UnitPrice "境内第一销售环节单位价格" "price of a unit at the first sale inland";
    UnitBalance "单位价格" "value of a unit";
    ProfitAndExpenses "利润和一般费用" "profit and general expenses";
    InlandCosts "境内运输及相关费用" "costs inland";
    DutiesAndTaxes "进口关税及国内税收" "duties and taxes";
    MaterialsAndProcessing "料件成本和加工费用" "cost of materials and processing";
    ProvisionalAmount "按暂定价格的税额" "amount at the provisional price";
    SettledAmount "按结算价格的税额" "amount at the settled price";
    Kept "两者中已缴部分" "what stays paid";
}
